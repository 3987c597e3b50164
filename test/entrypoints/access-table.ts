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
GET  /openapi.json                                 signed-in
GET  /accruals                                     VAPMSU
GET  /accruals/:id                                 VAPMSU
POST /accruals/:id/simulate                        A
POST /accruals/:id/approve                         P
POST /accruals/:id/post                            A
GET  /audit/events                                 U
GET  /audit/verify                                 U
GET  /audit/head                                   U
GET  /find                                         VAPMSU
GET  /entries                                      VAPMSU
GET  /entries/:id                                  VAPMSU
GET  /entries/:id/lines/:line/rows                 VAPMSU
POST /entries/:id/approve                          P
POST /entries/:id/refuse                           P
POST /entries/:id/post                             A
POST /entries/:id/reverse                          A
POST /entries/:id/resolve                          A
GET  /events                                       VAPMSU
GET  /jobs                                         VAPMSU
GET  /jobs/summary                                 VAPMSU
GET  /jobs/:id                                     VAPMSU
GET  /workers                                      VAPMSU
POST /jobs/:id/replay                              A
POST /jobs/:id/cancel                              A
POST /jobs/replay                                  A
GET  /periods                                      VAPMSU
POST /periods/close                                A
POST /periods/reopen                               A
POST /accruals                                     A
POST /preview                                      VAPMSU
GET  /reports                                      VAPMSU
GET  /connection-names                             VAPMSU
GET  /reports/:name                                VAPMSU
GET  /settlements                                  VAPMSU
GET  /settlements/:id                              VAPMSU
GET  /settlements/:id/waterfall                    VAPMSU
GET  /settlements/:id/comparison                   VAPMSU
GET  /settlements/:id/files/:sha256                VAPMSU
POST /settlements/:id/simulate                     A
POST /settlements/:id/approve                      P
POST /settlements/:id/post                         A
POST /settlements/:id/propose                      A
POST /settlements/:id/reverse                      A
POST /settlements/:id/leave                        A
POST /settlements/:id/keep                         A
POST /settlements/:id/replace                      A
GET  /trace/orders/:id                             VAPMSU
GET  /trace/skus/:sku                              VAPMSU
GET  /trace/documents/*                            VAPMSU
GET  /trace/settlements/:id                        VAPMSU
GET  /trace/settlements/:id/rows/:row              VAPMSU
GET  /trace/entries/:id/lines/:line                VAPMSU
`;
