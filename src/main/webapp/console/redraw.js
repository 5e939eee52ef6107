// Whoever changes what is shown asks for the page to be drawn anew; many requests are one drawing in the next frame.

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
