/** A mail server that keeps what it is sent, and misbehaves on request. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface SmtpScript {
  /** What is offered after EHLO, besides what a certificate and a password bring. */
  readonly offers?: readonly string[];
  /** With it STARTTLS is offered. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly password?: string;
  /** Answers in place of the usual ones, by the first word of a command; `.` is the end of a message. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Recipients that it does not know. */
  readonly refuses?: readonly string[];
  /** Takes connections and never says a word. */
  readonly isSilent?: boolean;
}

export interface ReceivedMail {
  readonly isEncrypted: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface SmtpStandIn {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Every line that clients sent, whatever it was. */
  readonly lines: string[];
  close(): Promise<void>;
}

export async function startSmtp(script: SmtpScript = {}): Promise<SmtpStandIn> {
  const mails: ReceivedMail[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (script.isSilent) return;
    socket.write('220 stand-in ready\r\n');
    talk(socket, { script, mails, lines, isEncrypted: false });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    lines,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

interface Talk {
  readonly script: SmtpScript;
  readonly mails: ReceivedMail[];
  readonly lines: string[];
  readonly isEncrypted: boolean;
}

function talk(socket: Socket, state: Talk): void {
  const { script, mails, lines, isEncrypted } = state;
  let rest = '';
  let data: string[] | undefined;
  let mail = { from: '', to: [] as string[] };
  const say = (text: string) => socket.write(`${text}\r\n`);
  const offers = [
    'stand-in',
    ...(script.offers ?? []),
    ...(script.certificate && !isEncrypted ? ['STARTTLS'] : []),
    ...(script.password === undefined ? [] : ['AUTH PLAIN']),
  ];
  const usual: Readonly<Record<string, (line: string) => void>> = {
    EHLO: () => {
      for (const [index, offer] of offers.entries()) say(`250${index === offers.length - 1 ? ' ' : '-'}${offer}`);
    },
    STARTTLS: () => {
      if (!script.certificate) return void say('502 not here');
      say('220 go on');
      socket.removeListener('data', onData);
      const secure = new TLSSocket(socket, { isServer: true, ...script.certificate });
      secure.on('error', () => {});
      talk(secure, { ...state, isEncrypted: true });
    },
    AUTH: (line) => {
      const given = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString()
        .split('\0')[2];
      say(given === script.password ? '235 welcome' : '535 wrong credentials');
    },
    MAIL: (line) => {
      mail = { from: line, to: [] };
      say('250 ok');
    },
    RCPT: (line) => {
      if (script.refuses?.some((address) => line.includes(address))) return void say('550 no such user');
      mail.to.push(line);
      say('250 ok');
    },
    DATA: () => {
      data = [];
      say('354 go on');
    },
    '.': () => say('250 taken'),
    QUIT: () => socket.end('221 bye\r\n'),
  };
  const take = (line: string) => {
    lines.push(line);
    if (data !== undefined && line !== '.') return void data.push(line);
    const word = line.split(/[ :]/)[0] ?? '';
    const answer = script.answers?.[word];
    if (line === '.' && data && answer === undefined) mails.push({ isEncrypted, ...mail, text: data.join('\n') });
    if (line === '.') data = undefined;
    if (answer !== undefined) say(answer);
    else (usual[word] ?? (() => say('250 ok')))(line);
  };
  const onData = (chunk: Buffer) => {
    rest += chunk.toString();
    const parts = rest.split('\r\n');
    rest = parts.pop() ?? '';
    for (const line of parts) take(line);
  };
  socket.on('data', onData);
}
