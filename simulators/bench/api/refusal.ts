/** A request that is answered with an error: `{"error": "…"}`, one sentence for the person at the other end. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
