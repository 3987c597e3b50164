/** What one types, chooses or sets. */
const FIELDS = [
  'ui5-input',
  'ui5-textarea',
  'ui5-combobox',
  'ui5-select',
  'ui5-date-picker',
  'ui5-checkbox',
  'ui5-file-uploader',
  'input',
]
  .map((tag) => `${tag}:not([disabled], [readonly], [hidden], [type=hidden], [type=file])`)
  .join(', ');

/** Leads to the first field within a part of the page; `false` where it has none. */
export function focusField(within: Element): boolean {
  const field = within.querySelector<HTMLElement>(FIELDS);
  field?.focus();
  return field !== null;
}

/** Leads to the first field that needs another look: a long form shows its end when it is sent. */
export function focusFirstFault(): void {
  const wrong = document.querySelector('[data-wrong]');
  if (wrong) focusField(wrong);
}

/** Whether the focus is in a field of this part already. */
export function isInField(within: Element): boolean {
  const { activeElement } = document;
  return activeElement !== null && within.contains(activeElement) && activeElement.matches(FIELDS);
}
