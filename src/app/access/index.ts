export * from './access-store.ts';
export * from './api-tokens.ts';
export * from './first-user.ts';
export * from './manage-users.ts';
export * from './password-rules.ts';
export * from './permissions.ts';
export * from './sign-in.ts';
export * from './single-sign-on.ts';
