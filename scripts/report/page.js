// Search and filters of the findings. Without scripts the page shows everything.
const form = document.querySelector('.filters');
if (form) {
    const groups = [...document.querySelectorAll('.group')].map(element => ({
        element,
        wasOpen: element.open,
        rows: [...element.querySelectorAll('tbody tr')].map(row => ({
            row, text: (element.querySelector('h4').textContent + ' ' + row.textContent).toLowerCase(),
        })),
    }));
    const apply = () => {
        const wanted = Object.fromEntries(new FormData(form));
        const terms = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
        const isFiltered = terms.length > 0 || wanted.severity || wanted.flow || wanted.file;
        let shown = 0, all = 0;
        for (const { element, wasOpen, rows } of groups) {
            let shownHere = 0;
            for (const { row, text } of rows) {
                const isShown = (!wanted.severity || element.dataset.severity === wanted.severity)
                    && (!wanted.flow || row.dataset.flow === wanted.flow)
                    && (!wanted.file || row.dataset.file === wanted.file)
                    && terms.every(term => text.includes(term));
                row.hidden = !isShown;
                shownHere += isShown;
            }
            element.hidden = shownHere === 0;
            element.open = isFiltered ? shownHere > 0 : wasOpen;
            shown += shownHere;
            all += rows.length;
        }
        for (const tier of document.querySelectorAll('.tier')) {
            tier.hidden = !tier.querySelector('.group:not([hidden])');
        }
        document.getElementById('nothing-found').hidden = shown > 0;
        form.querySelector('[role=status]').textContent = isFiltered ? `${shown} of ${all} ${all === 1 ? 'row' : 'rows'} on this page` : '';
    };
    let waiting;
    form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    form.addEventListener('submit', event => { event.preventDefault(); apply(); });
    form.hidden = false;
    apply();
}

// A link to a rule opens it; paper shows everything.
const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.matches('details')) target.open = true;
};
addEventListener('hashchange', reveal);
reveal();
let opened = [];
addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const each of opened) each.open = true;
});
addEventListener('afterprint', () => { for (const each of opened) each.open = false; });
