// The work done on each row by the contenders that hand out rows as arrays of texts.
export class RowWork {
  #columns;
  #headerTotal;
  #groups = new Map();
  #months = new Map();
  #total = 0n;
  #rows = 0;

  row(fields) {
    if (!this.#columns) {
      this.#columns = Object.fromEntries(fields.map((name, index) => [name, index]));
      return;
    }
    const at = this.#columns;
    const type = fields[at['transaction-type']];
    const amountType = fields[at['amount-type']];
    if (type === '' && amountType === '' && fields[at['total-amount']] !== '') {
      this.#headerTotal = toMinor(fields[at['total-amount']]);
      return;
    }
    const minor = toMinor(fields[at.amount]);
    const month = fields[at['posted-date-time']].slice(0, 7);
    const key = `${type}\t${amountType}\t${fields[at['amount-description']]}\t${month}`;
    this.#groups.set(key, (this.#groups.get(key) ?? 0n) + minor);
    this.#months.set(month, (this.#months.get(month) ?? 0n) + minor);
    this.#total += minor;
    this.#rows++;
  }

  result() {
    return {
      rows: this.#rows,
      total: this.#total,
      isProven: this.#total === this.#headerTotal,
      groups: this.#groups,
      months: this.#months,
    };
  }
}

function toMinor(text) {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(2, '0'));
}
