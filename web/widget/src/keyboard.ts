/**
 * Keeps the chat exactly as high as what can be seen: where the on-screen keyboard covers the page instead of
 * shrinking it (iOS), `100dvh` is not enough.
 */
export function followKeyboard(): void {
  const view = window.visualViewport;
  if (!view) return;
  const apply = (): void => {
    if (view.scale > 1.01) return; // zoomed by the customer: leave the layout alone
    document.documentElement.style.setProperty('--visible-height', `${Math.round(view.height)}px`);
    document.documentElement.classList.toggle('keyboard', window.innerHeight - view.height > 120);
    window.scrollTo(0, 0);
  };
  view.addEventListener('resize', apply);
  view.addEventListener('scroll', apply);
  apply();
}
