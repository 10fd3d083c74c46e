// dotnet run -c Release --project tests/KeyBroker.Benchmarks [requests]
using System.Globalization;
using KeyBroker.Benchmarks;

var requests = args.Length == 0 ? 400 : int.Parse(args[0], CultureInfo.InvariantCulture);
Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {requests} requests a rate over HTTP");

var verify = Print("P-256 verifications (ready key, one core)", LocalRates.Verify());
var few = Print("decisions under 10 policies", DecisionRates.Decide(10));
var many = Print("decisions under 10,000 policies", DecisionRates.Decide(10_000));
var raw = Print("TPM2_Sign (swtpm, P-256)", await LocalRates.TpmSignAsync());

await using var broker = await BrokerRates.StartAsync();
await broker.ApproveAsync();
var attest = Print("attestations over HTTP", await broker.AttestAsync(requests));
var sign = Print("signatures over HTTP (tpm key, DPoP)", await broker.SignAsync(requests));

Print("TPM2_Sign / verification", raw / verify, "F2");
Print("attestation / verification", attest / verify, "F4");
Print("signature over HTTP / TPM2_Sign", sign / raw, "F2");
Print("cost of a decision, 10,000 / 10 policies", few / many, "F2");

static double Print(string what, double value, string format = "F0")
{
    Console.WriteLine($"{what,-45} {value.ToString(format, CultureInfo.InvariantCulture),10}");
    return value;
}
