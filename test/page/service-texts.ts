import { type Token, tokenise } from '../../tools/read-source.mjs';
import { listFiles, type SourceFile } from '../tidy/source-files.ts';

const isProgram = ({ path }: SourceFile) => !/\.(?:test|fixture)\.ts$/.test(path);

/** Program files below these folders, without tests. */
export function programFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => listFiles(folder, ['.ts'])).filter(isProgram);
}

const tokensByPath = new Map<string, readonly Token[]>();

function tokensOf({ path, text }: SourceFile): readonly Token[] {
  const tokens = tokensByPath.get(path) ?? tokenise(text);
  tokensByPath.set(path, tokens);
  return tokens;
}

/** Every text that stands in a file; `{}` for what a template only knows when the program runs. */
export function textsIn(file: SourceFile): string[] {
  return textsOf(tokensOf(file));
}

function textsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    if (token.kind === 'text') return [token.value];
    if (token.kind !== 'template') return [];
    const inner = (token.parts ?? []).flatMap((part) => (typeof part === 'string' ? [] : textsOf(part)));
    return [(token.parts ?? []).map((part) => (typeof part === 'string' ? part : '{}')).join(''), ...inner];
  });
}

/** Texts behind `name:` in a file, by the same rule; not those within their holes. */
export function membersIn(file: SourceFile, name: string): string[] {
  const tokens = tokensOf(file);
  return tokens.flatMap((token, index) =>
    token.value === name && tokens[index + 1]?.value === ':'
      ? textsOf(tokens.slice(index + 2, index + 3)).slice(0, 1)
      : [],
  );
}
