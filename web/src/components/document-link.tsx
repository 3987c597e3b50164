import { Link } from 'react-router';
import type { SapDocument } from '../../../src/entrypoints/http/contract/facts.ts';
import { useFormat } from '../texts/format.ts';

/** A document as SAP tells it apart: a number alone is of several company codes and years. */
export function documentName({ sapDocumentNumber, companyCode, fiscalYear }: SapDocument): string {
  return `${sapDocumentNumber}/${companyCode}/${fiscalYear}`;
}

/** Down from a document, by its name, to its entry and the rows. */
export function tracePath(name: string): string {
  return `/trace?document=${encodeURIComponent(name)}`;
}

/** A document in SAP, which opens down to its entry and the rows. */
export function DocumentLink(document: SapDocument) {
  const name = documentName(document);
  return (
    <Link className="sl-link sl-cell" title={name} to={tracePath(name)} onClick={(event) => event.stopPropagation()}>
      {name}
    </Link>
  );
}

interface DocumentLinksProps {
  readonly documents: readonly SapDocument[];
  /** Shown at most; the others are counted, and told to whoever points at them. */
  readonly shown?: number;
}

/** The documents of a settlement, each with its way down. */
export function DocumentLinks({ documents, shown = documents.length }: DocumentLinksProps) {
  const { count } = useFormat();
  const more = documents.slice(shown);
  return (
    <>
      {documents.slice(0, shown).map((document, at) => (
        <span key={documentName(document)}>
          {at > 0 && ', '}
          <DocumentLink {...document} />
        </span>
      ))}
      {more.length > 0 && <span title={more.map(documentName).join(', ')}>{` (+${count(more.length)})`}</span>}
    </>
  );
}
