// The page's behaviour. Gradio runs this as the body of a function with `element`, `trigger` and
// `server`, after transcript.js; all HTML that is put into the page comes from the server, where it was escaped.
const $ = (selector) => element.querySelector(selector);
const room = $('#room'), log = $('#log'), exchanges = $('#exchanges'), welcome = $('#welcome');
const question = $('#question'), reading = $('#reading'), transcript = $('#transcript');
const narrow = window.matchMedia('(max-width: 899px)');
const KEPT = 'roosbot.conversations', PLACE = 'roosbot.conversation.';
let interviews = [], starters = [], pending = null;
let current = null; // {id, records: [{key, reply}]}: a record is a whole reply, citations and all

const say = (words) => { $('#announce').textContent = words; };
const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
};
async function call(name, payload = {}) {
    const answer = await server[name](payload).catch((error) => ({error: String(error)}));
    return answer ?? {error: 'the server gave no answer'};
}

// ---- conversations, kept in this browser ----
function read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}
function keep() {
    if (!current.records.length) return;
    const others = read(KEPT, []).filter((one) => one.id !== current.id);
    const entry = {id: current.id, title: current.records[0].reply.question.slice(0, 120), at: Date.now()};
    let all = [entry, ...others];
    for (;;) {
        try {
            localStorage.setItem(PLACE + current.id, JSON.stringify(current.records));
            localStorage.setItem(KEPT, JSON.stringify(all));
            break;
        } catch (error) { // full: the oldest conversation goes
            if (all.length < 2) { say('This browser keeps no more: export the conversation.'); break; }
            localStorage.removeItem(PLACE + all.pop().id);
        }
    }
    sessionStorage.setItem('roosbot.current', current.id);
    list();
}
function list() {
    const found = read(KEPT, []);
    $('#conversations').replaceChildren(...found.map((one) => {
        const open = make('button', {type: 'button', textContent: one.title, className: 'plain'});
        open.dataset.act = 'open'; open.dataset.id = one.id;
        const drop = make('button', {type: 'button', textContent: 'Delete', className: 'small'});
        drop.dataset.act = 'drop'; drop.dataset.id = one.id;
        drop.setAttribute('aria-label', `Delete: ${one.title}`);
        return make('li', {}, open, drop);
    }));
    if (!found.length) $('#conversations').append(make('li', {textContent: 'None yet.'}));
}
function begin() {
    current = {id: crypto.randomUUID?.() ?? String(Date.now()), records: []};
    sessionStorage.removeItem('roosbot.current');
    exchanges.replaceChildren();
    welcome.hidden = false;
}
async function open(id) {
    const records = read(PLACE + id, []);
    const answer = await call('present_replies', {replies: records.map((record) => record.reply)});
    begin();
    if (answer.error) return fail(answer.error);
    current = {id, records};
    sessionStorage.setItem('roosbot.current', id);
    answer.html.forEach((html, index) => put(article(records[index].key), html));
    welcome.hidden = records.length > 0;
    log.scrollTop = log.scrollHeight;
}
const record = (within) => current.records.find((one) => one.key === within.closest('article')?.dataset.key);
const cited = (reply) => [...reply.citations, ...(reply.closest ?? [])];

// ---- asking ----
function article(key) {
    const made = make('article', {className: 'exchange'});
    made.dataset.key = key;
    exchanges.append(made);
    return made;
}
function put(where, html) {
    where.innerHTML = html;
    if (where.querySelector('.refused') && starters.length) {
        where.querySelector('.reply').insertBefore(
            make('div', {className: 'instead'}, make('h4', {textContent: 'The interviews do answer'}), chips()),
            where.querySelector('.after-reply'));
    }
}
function chips() {
    const listed = make('ul', {className: 'starters'});
    listed.append(...starters.map((words) => {
        const chip = make('button', {type: 'button', textContent: words});
        chip.dataset.act = 'starter';
        return make('li', {}, chip);
    }));
    return listed;
}
function fail(message) {
    const made = article('');
    made.append(make('p', {className: 'failed', role: 'alert', textContent: message}));
    made.scrollIntoView({block: 'end'});
}
function ask(words, alone = false) {
    const asked = words.trim();
    if (!asked || pending) return;
    welcome.hidden = true;
    const key = crypto.randomUUID?.() ?? String(performance.now());
    pending = article(key);
    pending.append(make('h3', {className: 'asked', textContent: asked}),
        make('p', {className: 'doing', textContent: 'Searching the statements'}));
    pending.scrollIntoView({block: 'start'});
    busy(true);
    question.value = '';
    grow();
    const history = alone ? [] : current.records.slice(-6).flatMap(({reply}) => [
        {role: 'user', content: reply.standalone || reply.question}, {role: 'assistant', content: reply.text}]);
    trigger('ask', {key, question: asked, history, ...chosen()});
}
function busy(yes) {
    $('#stop').hidden = !yes;
    $('#ask').hidden = yes;
    log.setAttribute('aria-busy', yes);
}
document.addEventListener('roosbot:step', ({detail}) => {
    if (!pending || detail?.key !== pending.dataset.key) return;
    if (detail.reply) {
        const {reply} = detail, where = pending;
        put(where, detail.html);
        settle();
        where.scrollIntoView({block: 'start'});
        current.records.push({key: where.dataset.key, reply});
        const many = reply.citations.length;
        say(reply.answered ? `Answered with ${many} quotation${many === 1 ? '' : 's'}.` : reply.text);
        setTimeout(keep);
    } else if (detail.error) {
        pending.querySelector('.doing').replaceWith(
            make('p', {className: 'failed', role: 'alert', textContent: detail.error}));
        settle();
    } else {
        const doing = pending.querySelector('.doing');
        doing.textContent = detail.text;
        doing.classList.toggle('draft', detail.stage === 'text');
    }
});
document.addEventListener('roosbot:failure', () => {
    pending?.querySelector('.doing').replaceWith(make('p', {className: 'failed', role: 'alert',
        textContent: 'No reply came: the server is gone, busy, or has failed. Ask again in a moment.'}));
    settle();
});
function settle() {
    pending = null;
    busy(false);
}
function stop() {
    if (!pending) return;
    trigger('stop');
    pending.querySelector('.doing').textContent = 'Stopped.';
    pending.querySelector('.doing').className = 'stopped';
    settle();
    question.focus();
}

// ---- what is loaded ----
async function refresh() {
    const answer = await call('list_interviews');
    if (answer.error) return fail(answer.error);
    interviews = answer.interviews;
    $('#which').replaceChildren(...interviews.map(({id, title}) => new Option(title, id)));
    $('#which').hidden = interviews.length < 2;
    room.classList.toggle('one-interview', interviews.length < 2);
    const speakers = [...new Set(interviews.flatMap((one) => one.speakers))];
    tick('#filter-interviews', interviews.map(({id, title}) => [id, title]));
    tick('#filter-speakers', speakers.map((name) => [name, name]));
    $('#filter').hidden = interviews.length < 2 && speakers.length < 2;
    if (!interviews.some(({id}) => id === shown)) shown = null;
    if (!shown && interviews.length) await load(interviews[0].id);
    call('list_starters').then((found) => {
        starters = found.questions ?? [];
        welcome.querySelector('.starters').replaceWith(chips());
    });
}
function tick(where, entries) {
    $(where).replaceChildren(...entries.map(([value, words]) =>
        make('label', {}, make('input', {type: 'checkbox', value}), ' ' + words)));
}
function chosen() {
    const ticked = (where) => {
        const found = [...$(where).querySelectorAll('input:checked')].map((one) => one.value);
        return found.length ? found : null;
    };
    return {transcripts: ticked('#filter-interviews'), speakers: ticked('#filter-speakers')};
}
async function add(files) {
    const report = $('#report');
    report.replaceChildren(make('li', {textContent: 'Reading…'}));
    const sent = await Promise.all([...files].map((file) => new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done({name: file.name, base64: reader.result.split(',')[1] ?? ''});
        reader.readAsDataURL(file);
    })));
    const answer = await call('add_interviews', {files: sent});
    const lines = answer.error ? [{name: 'Not added', status: 'failed', note: answer.error}] : answer.files;
    report.replaceChildren(...lines.map(({name, status, note}) =>
        make('li', {className: status, textContent: `${name}: ${status}${note ? ` (${note})` : ''}`})));
    $('#files').value = '';
    if (!answer.error) await refresh();
}

// ---- taking it along ----
async function copy(words, button) {
    try { await navigator.clipboard.writeText(words); } catch { // no permission, or no secure address
        const box = make('textarea', {value: words});
        element.append(box); box.select(); document.execCommand('copy'); box.remove();
    }
    const before = button.textContent;
    button.textContent = 'Copied';
    say('Copied.');
    setTimeout(() => { button.textContent = before; }, 1200);
}
async function take(kind) {
    if (!current.records.length) { $('#taken').textContent = 'Ask something first.'; return; }
    const answer = await call('take_away', {kind, replies: current.records.map(({reply}) => reply)});
    if (answer.error) { $('#taken').textContent = answer.error; return; }
    const url = URL.createObjectURL(new Blob([answer.text], {type: answer.mime}));
    make('a', {href: url, download: answer.name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    $('#taken').textContent = answer.broken.length
        ? `Saved, but not everything holds: ${answer.broken.join('; ')}` : `Saved ${answer.name}; every quote holds.`;
}
async function certify(card) {
    const found = cited(record(card).reply).find(({start, end, transcript_id}) => transcript_id === card.dataset.transcript
        && start === Number(card.dataset.start) && end === Number(card.dataset.end));
    const answer = await call('certify_quote', {citation: found});
    if (answer.error) return fail(answer.error);
    $('#certificate .paper').innerHTML = answer.html;
    $('#certificate').showModal();
}
async function rate(button) {
    const group = button.closest('.rate'), {reply} = record(button);
    group.querySelectorAll('[data-thumb]').forEach((one) => one.setAttribute('aria-pressed', one === button));
    group.querySelector('form')?.remove();
    const send = (word) => call('rate_reply',
        {key: button.closest('article').dataset.key, reply, thumb: button.dataset.thumb, word});
    send('');
    const word = make('input', {type: 'text', maxLength: 500, placeholder: 'A word why? (optional)'});
    word.setAttribute('aria-label', 'A word why, optional');
    const form = make('form', {}, word, make('button', {textContent: 'Send'}));
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const answer = await send(word.value);
        form.replaceWith(make('span', {role: 'status', textContent: answer.error ?? 'Kept in roosbot’s home.'}));
    });
    group.append(form);
    word.focus();
}

// ---- events ----
const acts = {
    new: () => { begin(); question.focus(); },
    open: (button) => { open(button.dataset.id); close(); },
    drop: (button) => {
        localStorage.removeItem(PLACE + button.dataset.id);
        localStorage.setItem(KEPT, JSON.stringify(read(KEPT, []).filter(({id}) => id !== button.dataset.id)));
        if (current.id === button.dataset.id) begin();
        list();
    },
    take: (button) => take(button.dataset.kind),
    theme: () => {
        const dark = document.body.classList.toggle('dark');
        localStorage.setItem('roosbot.theme', dark ? 'dark' : 'light');
    },
    'open-transcript': () => sheet(true),
    'close-transcript': () => sheet(false),
    stop,
    starter: (button) => ask(button.textContent, true), // understood without the conversation
    cite: (button) => {
        const within = button.closest('.source') ?? button.closest('.reply')
            .querySelector(`.source[data-number="${button.dataset.number}"]`);
        show(within);
    },
    copy: (button) => copy(button.dataset.text, button),
    certificate: (button) => certify(button.closest('.source')),
    rate,
    link: (button) => {
        const to = new URL(location.href);
        to.search = new URLSearchParams({q: record(button).reply.question});
        copy(to.href, button);
    },
};
const close = (except) => element.querySelectorAll('details.menu[open]').forEach((one) => { if (one !== except) one.open = false; });
element.addEventListener('click', (event) => {
    close(event.target.closest('details.menu'));
    const button = event.target.closest('[data-act]');
    if (button) return acts[button.dataset.act](button);
    const card = event.target.closest('.source');
    if (card && window.getSelection().isCollapsed) show(card);
});
document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || $('#certificate').open) return;
    const menu = event.target.closest('details.menu[open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
    else if (pending) stop();
    else sheet(false);
});
function grow() {
    question.style.height = 'auto';
    question.style.height = `${Math.min(question.scrollHeight, 160)}px`;
}
question.addEventListener('input', grow);
question.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); ask(question.value); }
});
$('#composer').addEventListener('submit', (event) => { event.preventDefault(); ask(question.value); });
$('#composer').addEventListener('change', () => {
    const count = element.querySelectorAll('#filter input:checked').length;
    $('#filter summary').textContent = count ? `${count} chosen` : 'Everything';
});
narrow.addEventListener('change', () => sheet(false));
$('#words').addEventListener('input', search);
$('#words').addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
});
$('#which').addEventListener('change', async () => { await load($('#which').value); search(); });
$('#files').addEventListener('change', () => { if ($('#files').files.length) add($('#files').files); });

(async () => {
    const theme = localStorage.getItem('roosbot.theme');
    if (theme) document.body.classList.toggle('dark', theme === 'dark');
    begin();
    list();
    const before = sessionStorage.getItem('roosbot.current') ?? read(KEPT, [])[0]?.id;
    const linked = new URLSearchParams(location.search).get('q');
    await refresh();
    if (before && !linked) await open(before);
    room.dataset.ready = 'yes';
    if (linked) {
        history.replaceState(null, '', location.pathname);
        ask(linked);
    } else if (!narrow.matches) question.focus();
})();
