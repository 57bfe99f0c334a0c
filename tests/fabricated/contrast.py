"""How well text stands out from what is behind it, measured in the browser."""

#: Contrast of text with what is behind it, and of what has the keyboard's focus with its ring, by WCAG 2.
CONTRAST = """
const light = (colour) => colour.map((v) => v / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const behind = (one) => {
  for (; one; one = one.parentElement) {
    const colour = parse(getComputedStyle(one).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
  }
  return [11, 14, 18];
};
const ratio = (a, b) => {
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const texts = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.disabled
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
return texts.map((one) => [one.textContent.trim().slice(0, 30),
  ratio(parse(getComputedStyle(one).color).slice(0, 3), behind(one))]);
"""
