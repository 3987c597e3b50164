/** Why a write to the business partner service is refused. */
import { type ODataDetail, syntaxErrorCode, WriteRefusal } from '../odata-error.ts';

/** The message itself is wrong: an unknown property, a value of another type, a text that is too long. */
export function wrongMessage(says: string): WriteRefusal {
  return new WriteRefusal({ status: 400, code: syntaxErrorCode, says });
}

/** SAP understood the message and has reasons against it; all of them are told, the first one twice. */
export function refusePartner(reasons: readonly ODataDetail[]): WriteRefusal {
  const [first] = reasons;
  const generic: ODataDetail = { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', says: 'An exception was raised' };
  return new WriteRefusal({
    status: 400,
    code: first?.code ?? generic.code,
    says: first?.says ?? generic.says,
    details: [...reasons, generic],
  });
}
