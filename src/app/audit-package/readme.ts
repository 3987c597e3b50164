/** What a person finds in a package who has never heard of the program. */
export const README = `Audit package of seller-ledger

settlements.csv, entries.csv, lines.csv, proofs.csv   the population: every settlement, entry, line and proof
sample.csv, sample/                                   the entries that were drawn, and the rows of Amazon's file behind their lines
settlements/*/settlement.txt (or .gz)                 Amazon's file, byte for byte
settlements/*/files/                                  other files that came for the same settlement, whether they were used or not
settlements/*/record.json                             what was recorded of it: header, proofs, entries with digests and SAP documents
accruals/*/record.json, sources.jsonl                 what was accrued, and the events or orders it was computed from
mappings/*.yaml                                       the account tables that were used, named by their SHA-256
audit/events.jsonl                                    the audit chains; events about what is not in here are there by their hash only
manifest.json                                         the SHA-256 of every file

To verify it on any machine with Node.js, without a database and without a network:

  npx seller-ledger audit verify-package FOLDER --manifest SHA-256

It reads every file again, computes each settlement's entries anew from Amazon's bytes and the account table, also those of
proposals that were replaced, and each accrual's from its sources, compares them with what was booked, walks the audit chains, draws the sample again, and names the first difference. Compare the manifest's
SHA-256 with the one that the audit log of the database holds (action audit.package) or that you were given on paper.

By hand: sha256sum of any file is in manifest.json. The hash of an event is SHA-256 of the previous hash followed by the event as
JSON with sorted keys and without white space. The digest of an entry is SHA-256 of its "entry" in the same form.
`;
