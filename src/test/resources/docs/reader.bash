# Stands before every block that DocsCommandsIT runs. The embedded registry of the docs lets anybody read and has one
# password; the one of the tests does not, so who gives no credentials is the reader here.
set -euo pipefail

# As a reader of the docs would use curl, but an answer of 400 and above is a failure, and a read that finds nothing yet is
# repeated as a reader would repeat it.
curl() {
    local always=(--silent --show-error --max-time 60 --user "reader:$READER_PASSWORD")
    case " $* " in
        *" -N "*) first_of "${always[@]}" --fail "$@" ;;
        *" -X "* | *" -d "* | *" --data-binary "*) command curl "${always[@]}" --fail-with-body "$@" ;;
        *) until_found "${always[@]}" --fail-with-body "$@" ;;
    esac
}

until_found() {
    local answer tries
    for tries in {1..100}; do
        if answer=$(command curl "$@" 2>&1) && [[ $answer != "[]" ]]; then
            printf '%s\n' "$answer"
            return
        fi
        sleep 0.2
    done
    printf 'nothing after %s tries: %s\n' "$tries" "$answer" >&2
    return 1
}

# What is found by a name, of which there must be something.
dig() {
    local answer
    answer=$(command dig "$@")
    printf '%s\n' "$answer"
    [[ -n $answer ]]
}

# A stream never ends: enough that something comes.
first_of() {
    local stream=stream.out
    : >"$stream"
    command curl "$@" >"$stream" &
    local reading=$!
    until [[ -s $stream ]] || ! kill -0 "$reading" 2>/dev/null; do
        sleep 0.1
    done
    kill "$reading" 2>/dev/null || true
    wait "$reading" 2>/dev/null || true
    cat "$stream"
    [[ -s $stream ]]
}
