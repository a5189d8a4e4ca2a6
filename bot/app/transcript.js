// The transcript pane: page.js runs after this, in the same function, and defines the rest.
let shown = null, waiting = 0, opener = null;
function unmark() {
    transcript.querySelectorAll('mark').forEach((mark) => {
        const around = mark.parentNode;
        mark.replaceWith(...mark.childNodes);
        around.normalize();
    });
}
function blocks(parts) {
    unmark();
    for (const [id, html] of Object.entries(parts)) {
        const place = transcript.querySelector('#' + CSS.escape(id));
        if (place) place.innerHTML = html;
    }
}
async function load(id) {
    if (shown === id) return true;
    const answer = await call('read_transcript', {id});
    if (answer.error) { transcript.replaceChildren(make('p', {className: 'failed', textContent: answer.error})); shown = null; return false; }
    transcript.innerHTML = answer.html;
    transcript.scrollTop = 0;
    shown = id;
    $('#which').value = id;
    return true;
}
async function show(card) {
    const {transcript: id, start, end} = card.dataset;
    element.querySelectorAll('.source.open').forEach((one) => one.classList.remove('open'));
    card.classList.add('open');
    if (!await load(id)) { sheet(true); return; }
    const answer = await call('mark_words', {id, start: Number(start), end: Number(end)});
    if (answer.error) return fail(answer.error);
    $('#words').value = ''; $('#count').textContent = '';
    blocks(answer.blocks);
    sheet(true);
    const mark = transcript.querySelector('mark');
    if (!mark) return;
    mark.tabIndex = -1;
    mark.scrollIntoView({block: 'center'});
    mark.focus({preventScroll: true});
    say('Shown in the transcript.');
}
function search() {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
        const words = $('#words').value;
        if (!shown) return;
        const answer = await call('find_words', {id: shown, words});
        if (answer.error || words !== $('#words').value) return;
        blocks(answer.blocks);
        $('#count').textContent = words.trim() ? (answer.count ? `${answer.count} found` : 'nothing found') : '';
        step(0);
    }, 120);
}
function step(by) {
    const found = [...transcript.querySelectorAll('mark.found')];
    if (!found.length) return;
    const here = found.findIndex((mark) => mark.classList.contains('here'));
    const next = (Math.max(here, 0) + by + found.length) % found.length;
    found[here]?.classList.remove('here');
    found[next].classList.add('here');
    found[next].scrollIntoView({block: 'center'});
    if (by) $('#count').textContent = `${next + 1} of ${found.length}`;
}
function sheet(open) {
    if (!narrow.matches) open = false;
    if (open === room.classList.contains('reading')) return;
    if (open) opener = document.activeElement;
    room.classList.toggle('reading', open);
    for (const other of [$('#bar'), $('#talk')]) other.inert = open;
    if (open) { reading.setAttribute('role', 'dialog'); $('[data-act="close-transcript"]').focus(); }
    else { reading.removeAttribute('role'); opener?.focus(); }
}
