"""What does not fit on a screen: measured in the page itself."""

# The largest of: how far the page scrolls sideways; how far anything reaches beyond the right edge or scrolls sideways by itself;
# how much text is cut off at the bottom of a box that hides it. What is hidden on purpose for screen readers (a pixel or less, or
# wholly outside) does not count, fields that scroll what is typed neither.
OVERFLOW_SCRIPT = """() => {
  const root = document.documentElement;
  const width = root.clientWidth;
  let most = Math.max(0, root.scrollWidth - width, document.body ? document.body.scrollWidth - width : 0);
  const typed = new Set(["INPUT", "TEXTAREA", "SELECT", "OPTION"]);
  for (const element of document.body ? document.body.querySelectorAll("*") : []) {
    if (typed.has(element.tagName)) continue;
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue;
    const style = getComputedStyle(element);
    if (style.visibility !== "visible" || style.clipPath === "inset(50%)") continue;
    if (box.right > 0 && box.left < width && box.right > width + 0.5) most = Math.max(most, Math.ceil(box.right - width));
    if (box.left < -0.5 && box.right > 0) most = Math.max(most, Math.ceil(-box.left));
    const sideways = element.scrollWidth - element.clientWidth;
    if (style.overflowX !== "visible" && sideways > 1) most = Math.max(most, sideways);
    const below = element.scrollHeight - element.clientHeight;
    if ((style.overflowY === "hidden" || style.overflowY === "clip") && below > 4) most = Math.max(most, below);
  }
  return most;
}"""
