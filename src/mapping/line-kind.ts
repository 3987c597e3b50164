export type LineKind = string;
