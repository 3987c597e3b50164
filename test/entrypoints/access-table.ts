/**
 * Who may ask for what, written out: for each route the initials of the roles that are let in. A route is added here by whoever adds
 * it, so that nobody opens one by accident: a test compares this with what the service does, for every role.
 *
 * `everybody` also without sign-in; `signed-in` whoever is, also with a password that holds once; else initials of viewer,
 * accountant, approver (P), mapping editor, administrator (S), auditor (U). `self`: every role, but no token.
 */
export const ACCESS_TABLE = `
GET  /about                          everybody
GET  /session                        everybody
POST /sign-in                        everybody
POST /sign-in/sso                    everybody
GET  /sign-in/sso/callback           everybody
POST /sign-out                       signed-in
POST /session/password               signed-in
GET  /sessions                       self
POST /sessions/:id/end               self
GET  /tokens                         self
POST /tokens                         self
POST /tokens/:id/revoke              self
GET  /users                          S
POST /users                          S
POST /users/:name/roles              S
POST /users/:name/disable            S
POST /users/:name/enable             S
POST /users/:name/unlock             S
POST /users/:name/reset-password     S
GET  /openapi.json                   signed-in
GET  /events                         VAPMSU
GET  /jobs                           VAPMSU
GET  /jobs/summary                   VAPMSU
GET  /jobs/:id                       VAPMSU
GET  /workers                        VAPMSU
POST /jobs/:id/replay                A
POST /jobs/:id/cancel                A
POST /jobs/replay                    A
`;
