/**
 * For a menu that closes: the focus goes back to its button only for those who use the keyboard. After the mouse the
 * space bar is to take a photo, not to open the menu again.
 */
export function keepFocusFromMouse(event: Event): void {
  if (document.activeElement?.matches(":focus-visible") !== true) event.preventDefault();
}
