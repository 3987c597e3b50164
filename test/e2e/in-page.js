// Runs inside the page, before its own scripts: what only a browser can measure. See browser.ts.

/** Less is hard to read for many; large letters need less (WCAG 2, success criterion 1.4.3). */
const CONTRAST_MIN = 4.5;
const CONTRAST_LARGE_MIN = 3;

const violations = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));

function channels(colour) {
  const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
  return { rgb: [red, green, blue], alpha };
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function groundOf(node) {
  for (let at = node; at; at = at.parentElement) {
    const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
    if (alpha === 1) return rgb;
    if (alpha !== 0) throw new Error('a half transparent ground is not judged here');
  }
  return [255, 255, 255];
}

function contrastOf(node) {
  const style = getComputedStyle(node);
  const [bright, dim] = [luminance(channels(style.color).rgb), luminance(groundOf(node))].sort((a, b) => b - a);
  const size = Number.parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  return { ratio: (bright + 0.05) / (dim + 0.05), least: isLarge ? CONTRAST_LARGE_MIN : CONTRAST_MIN };
}

/** Every element that shows text of its own. */
function texts() {
  return [...document.body.querySelectorAll('*')].filter(
    (node) =>
      node.getClientRects().length > 0 &&
      [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== ''),
  );
}

const wordsOf = (node) => (node.getAttribute('aria-label') ?? node.textContent).trim();

globalThis.inPage = {
  violations: () => violations,

  paleTexts: () =>
    texts().flatMap((node) => {
      const { ratio, least } = contrastOf(node);
      return ratio < least ? [`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`] : [];
    }),
  textCount: () => texts().length,
  groundLuminance: () => luminance(groundOf(document.body)),

  /** What the keyboard has in front of it, and whether one can see that. */
  focused: () => {
    const node = document.activeElement;
    const style = getComputedStyle(node);
    return {
      tag: node.tagName,
      words: wordsOf(node).slice(0, 200),
      isMarked: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0,
    };
  },
  clickables: () => [...document.querySelectorAll('a, button, input, select')].map((node) => wordsOf(node)),
  tables: () => [...document.querySelectorAll('[role=region]')].map((node) => wordsOf(node)),

  sidewaysPx: () => document.scrollingElement.scrollWidth - document.documentElement.clientWidth,

  /** The rows of the table of that name, each by the titles of its columns. */
  rows: (name) => {
    const table = [...document.querySelectorAll('[role=region]')].find(
      (region) => region.getAttribute('aria-label') === name,
    );
    const titles = [...table.querySelectorAll('thead th')].map((cell) => cell.textContent);
    return [...table.querySelectorAll('tbody tr')].map((row) =>
      Object.fromEntries([...row.cells].map((cell, index) => [titles[index], cell.textContent])),
    );
  },
  tiles: () =>
    Object.fromEntries(
      [...document.querySelectorAll('.tile')].map((tile) => [tile.lastChild.textContent, tile.firstChild.textContent]),
    ),
  facts: () =>
    Object.fromEntries(
      [...document.querySelectorAll('dt')].map((name) => [name.textContent, name.nextElementSibling.textContent]),
    ),
  addresses: () => [...document.querySelectorAll('main a')].map((link) => link.getAttribute('href')),

  plant: (markup) => document.querySelector('main').insertAdjacentHTML('beforeend', markup),
  plantScript: (code) => document.body.append(Object.assign(document.createElement('script'), { textContent: code })),
};
