import { type Language, useLook } from '../look.tsx';

/** The same names with any words. */
type Same<T> = {
  readonly [Name in keyof T]: T[Name] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : T[Name] extends string
      ? string
      : Same<T[Name]>;
};

export type TextsOf<T> = Readonly<Record<Language, Same<T>>>;

/** The words of one part of the page in every language. A missing one does not compile. */
export function texts<const T>(words: { readonly en: T; readonly de: Same<T> }): TextsOf<T> {
  return words as TextsOf<T>;
}

export function useTexts<T>(words: TextsOf<T>): Same<T> {
  return words[useLook().language];
}
