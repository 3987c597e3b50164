/** The published descriptions of the real services, as judges of what the pretend SAP takes and answers. */
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import type { Release } from '../../sim/sap/index.ts';
import { readShared } from './sim-sap-kit.ts';

/** The schema inside the service description, with the namespaces that the description declares around it. */
export function createJudge(release: Release): (message: string) => boolean {
  const wsdl = readShared(`specs/sap/journal-entry-post-${release}.wsdl`);
  const schema = /<xsd:schema\b[^>]*>[\s\S]*<\/xsd:schema>/.exec(wsdl)![0];
  const opening = /<xsd:schema\b[^>]*>/.exec(schema)![0];
  const missing = [.../<wsdl:definitions\b[^>]*>/.exec(wsdl)![0].matchAll(/\sxmlns(:\w+)?="[^"]*"/g)]
    .map(([declaration]) => declaration)
    .filter((declaration) => !opening.includes(declaration.slice(0, declaration.indexOf('=') + 1)));
  const alone = schema.replace('<xsd:schema', `<xsd:schema${missing.join('')}`);
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(alone));
  return (message) => {
    using document = XmlDocument.fromString(message);
    try {
      validator.validate(document);
      return true;
    } catch (thrown) {
      if (thrown instanceof XmlValidateError) return false;
      throw thrown;
    }
  };
}

/** `entity type → field → "*String 4"`, the star for keys. Types of the same name are alike in every service. */
export function readFields(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const types = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of text.split('\n')) {
    const type = /^TYPE (\w+)/.exec(line)?.[1];
    if (type !== undefined) {
      current = types.get(type) ?? new Map<string, string>();
      types.set(type, current);
    }
    const [, star = '', name = '', edm = '', length = ''] = /^\s+(\*?)(\w+) (\w+) ([\dp]*)/.exec(line) ?? [];
    if (name !== '' && !current.has(name))
      current.set(name, `${star}${edm} ${/^\d+$/.test(length) ? length : ''}`.trim());
  }
  return types;
}
