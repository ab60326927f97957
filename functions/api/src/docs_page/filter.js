(() => {
  const box = document.getElementById('filter');
  const input = box.querySelector('input');
  const told = box.querySelector('output');
  const operations = [...document.querySelectorAll('details.operation')];
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const operation of operations) {
      const fits = words.every((word) => operation.dataset.text.includes(word));
      operation.hidden = !fits;
      const id = operation.querySelector('.body').id;
      document.querySelector(`[data-of="${id}"]`).hidden = !fits;
      shown += fits;
    }
    for (const part of document.querySelectorAll('.group, .contents section')) {
      part.hidden = !part.querySelector('.operation:not([hidden]), li:not([hidden])');
    }
    document.getElementById('conventions').hidden = words.length > 0;
    told.textContent = words.length ? `${shown} of ${operations.length}` : '';
  };
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    const folded = target && target.closest('details.operation');
    if (folded) {
      folded.open = true;
      folded.scrollIntoView();
    }
  };
  if (matchMedia('(max-width: 60rem)').matches) document.querySelector('.contents').open = false;
  box.hidden = false;
  input.addEventListener('input', apply);
  addEventListener('hashchange', open);
  open();
})();
