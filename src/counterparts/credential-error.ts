/** Nothing could be sent for want of a credential. The words are for operations, and tell no secret. */
export class CredentialError extends Error {
  /** @param ownFault whether it is missing or wrong here; else whoever should give a token does not */
  constructor(
    message: string,
    readonly ownFault = true,
  ) {
    super(message);
  }
}

/** Another side may say our secrets back to us: they stand in no error of ours. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((form) => form !== '');
  return forms.reduce((told, form) => told.replaceAll(form, '[secret]'), text);
}
