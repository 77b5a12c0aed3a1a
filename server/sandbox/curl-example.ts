/** The first call of an integrator, for a terminal: creates a session whose participant is invited by SMS. */
export function curlExample({ base_url, api_key }: { base_url: string; api_key: string }): string {
  return `curl -X POST ${base_url}/sessions \\
  -H "Authorization: Bearer ${api_key}" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d '{
    "type": "field_inspection",
    "reference": "INS-42871",
    "participant": {
      "name": "Marie L.",
      "channel": "sms",
      "phone": "+33612345678"
    },
    "callbacks": {
      "session.completed": "https://your-app.com/webhooks/nbx"
    }
  }'`;
}
