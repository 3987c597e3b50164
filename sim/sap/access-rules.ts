/** What a user who has logged on may do, and which services the communication arrangements offer at all. */
import type { SimResponse } from '../http-shell.ts';
import type { PretendSapWorld } from './world.ts';

/** The name under which the journal entry service stands in a list of services. */
export const journalEntryService = 'JOURNALENTRYCREATEREQUESTCONFI';

/** Whether the user's arrangement contains this service. */
export function isServiceOffered(world: PretendSapWorld, user: string, service: string): boolean {
  const services = world.users.get(user)?.services;
  return !world.missingServices.has(service) && (services === undefined || services.includes(service));
}

export function mayPost(world: PretendSapWorld, user: string): boolean {
  return isServiceOffered(world, user, journalEntryService) && (world.users.get(user)?.mayPost ?? true);
}

/** Whether the user's role covers the company code; SAP tells it in the log of the document. */
export function mayPostIn(world: PretendSapWorld, user: string, companyCode: string): boolean {
  return world.users.get(user)?.postsIn?.includes(companyCode) ?? true;
}

/** 403 without `x-csrf-token: Required`: another token would not help. */
export function notAuthorized(): SimResponse {
  return {
    status: 403,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><p>You are not authorized to use this service</p></body></html>',
  };
}
