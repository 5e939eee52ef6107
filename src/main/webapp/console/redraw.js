// Code that changes what is shown requests a redraw; many requests are one drawing in the next frame.

let draw = () => {};
let asked = false;

export function drawWith(view) {
  draw = view;
}

export function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}
