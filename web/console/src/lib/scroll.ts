/** Scrolling inside one box. `scrollIntoView` would move the page and every box around it too. */

function topWithin(box: HTMLElement, target: HTMLElement): number {
  return target.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
}

/** Brings `target` to the middle of `box`. */
export function scrollWithin(box: HTMLElement, target: HTMLElement, behavior: ScrollBehavior): void {
  const room = Math.max(0, (box.clientHeight - target.offsetHeight) / 2);
  box.scrollTo({ top: topWithin(box, target) - room, behavior });
}

/** Scrolls as little as needed, not at all where `target` is in view. */
export function keepInView(box: HTMLElement, target: HTMLElement): void {
  const top = topWithin(box, target);
  const bottom = top + target.offsetHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
