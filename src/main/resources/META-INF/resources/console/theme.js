// The theme: what the system prefers, unless somebody chose one here. A classic script, loaded before the
// first paint, so that a chosen theme does not flash. The button is wired up by console.js.
(() => {
  'use strict';
  const KEY = 'tidings.theme';
  const CHOICES = ['auto', 'light', 'dark'];

  // Storage may be refused (private windows, strict settings); then the choice lasts as long as the page.
  let choice = 'auto';
  try {
    const stored = localStorage.getItem(KEY);
    if (CHOICES.includes(stored)) choice = stored;
  } catch { /* stays auto */ }

  const apply = () => {
    if (choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  };
  apply();

  window.tidingsTheme = {
    get choice() { return choice; },
    next() {
      choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
      try { localStorage.setItem(KEY, choice); } catch { /* see above */ }
      apply();
      return choice;
    },
  };
})();
