/** Nothing in src/amazon can change anything at Amazon: proven from the source, so that it stays so. */
import { describe, expect, it } from 'vitest';
import { codeOf, listFiles, type SourceFile } from './source-files.ts';

const HTTP_FILE = 'src/amazon/http.ts';
const LOGIN_FILE = 'src/amazon/lwa-tokens.ts';

const files = listFiles('src/amazon', ['.ts']).filter((file) => !file.path.endsWith('.test.ts'));

/** Sentences about ways to send something other than a GET, or the login form to Login with Amazon. */
function violationsOf(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const code = codeOf(text);
    const found: string[] = [];
    const isHttp = path === HTTP_FILE;
    if (/(['"`])(PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT)\1/i.test(code))
      found.push(`${path} names another method`);
    if (!isHttp && /(['"`])POST\1/i.test(code)) found.push(`${path} names the method POST`);
    if (!isHttp && /\bmethod\s*:/.test(code)) found.push(`${path} chooses a method`);
    const opensConnections =
      /from\s*['"](undici|node:https?|https?|node:net|node:tls|node:http2|axios|got)(\/[^'"]*)?['"]|import\s*\(|\brequire\s*\(|\bfetch\s*\(|\bWebSocket\b/;
    if (!isHttp && opensConnections.test(code)) found.push(`${path} opens connections by itself`);
    if (path !== LOGIN_FILE && !isHttp && /\bpostForm\b/.test(code)) found.push(`${path} sends a form`);
    return found;
  });
}

describe('src/amazon', () => {
  it('sends nothing but GET to the Selling Partner API, and one form to Login with Amazon', () => {
    expect(files.map((file) => file.path)).toEqual(expect.arrayContaining([HTTP_FILE, LOGIN_FILE]));
    expect(files.length).toBeGreaterThan(15);
    expect(violationsOf(files)).toEqual([]);
  });

  it('has one place for GET and one for POST, and the POST sends the login form', () => {
    const code = codeOf(files.find((file) => file.path === HTTP_FILE)!.text);
    const methods = [...code.matchAll(/method:\s*'(\w+)'\s*[,}]/g)].map((match) => match[1]);
    expect(methods.sort()).toEqual(['GET', 'GET', 'POST']);
    expect(code).toMatch(/readonly method: 'GET' \| 'POST';/);
    expect([...code.matchAll(/['"`]POST['"`]/g)]).toHaveLength(2);
    expect(code).toMatch(/postForm\([\s\S]*?method: 'POST'/);
  });

  it('sends the form to the address of Login with Amazon and to no other', () => {
    const code = codeOf(files.find((file) => file.path === LOGIN_FILE)!.text);
    const calls = [...code.matchAll(/postForm\(\s*([^,]+),/g)].map((match) => match[1]);
    expect(calls).toEqual(['new URL(settings.lwaUrl)']);
  });

  it('offers its callers no way to write', () => {
    const port = listFiles('src/app', ['.ts']).find((file) => file.path === 'src/app/ports.ts')!.text;
    const members = /export interface SettlementReports \{([\s\S]*?)\n\}/.exec(port)?.[1] ?? '';
    const names = [...codeOf(members).matchAll(/^\s*(\w+)\(/gm)].map((match) => match[1]);
    expect(names).toEqual(['list', 'download']);
  });

  it.each([
    ["http.request({ method: 'DELETE' })"],
    ['await send("PUT")'],
    ["const verb = 'post';"],
    ['request({ method: verb })'],
    ["import { request } from 'undici';"],
    ["import http from 'node:http';"],
    ["const { request } = await import('undici');"],
    ["await fetch('https://sellingpartnerapi-eu.amazon.com', options)"],
    ['await this.#http.postForm(url, form, {}, limits)'],
  ])('control: a planted %s is found', (text) => {
    expect(violationsOf([{ path: 'src/amazon/planted.ts', text }])).not.toEqual([]);
  });

  it('control: prose about methods is not taken for code', () => {
    expect(violationsOf([{ path: 'src/amazon/prose.ts', text: "// never 'DELETE', never fetch(\n" }])).toEqual([]);
  });
});
