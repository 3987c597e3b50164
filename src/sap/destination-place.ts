/**
 * Stands in every address for the host that only a destination of SAP BTP knows. The name cannot exist (RFC 2606), so that
 * nothing is sent anywhere by mistake.
 */
export const DESTINATION_BASE_URL = 'https://destination.invalid';
