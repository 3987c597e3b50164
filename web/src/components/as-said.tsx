import { useServiceWords } from '../texts/use-service-words.ts';

/** A sentence of the service in the reader's language; where it is not known there, as it was said, and marked as English. */
export function AsSaid({ said }: { readonly said: string }) {
  const service = useServiceWords();
  return service.sentence(said) ?? <span lang="en">{said}</span>;
}

interface ProblemWordsProps {
  readonly problem: { readonly code: string; readonly says: string };
}

/** `CODE: ` and what is wrong; under a title in the reader's language, where there is one, what the service says with its values. */
export function ProblemWords({ problem: { code, says } }: ProblemWordsProps) {
  const title = useServiceWords().title(code);
  if (title === null) return `${code}: ${says}`;
  return (
    <>
      {code}: {title}
      <div className="sl-muted">
        <AsSaid said={says} />
      </div>
    </>
  );
}
