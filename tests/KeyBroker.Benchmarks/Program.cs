// dotnet run -c Release --project tests/KeyBroker.Benchmarks [requests] [attestations for the memory figure]
// dotnet run -c Release --project tests/KeyBroker.Benchmarks tpm: the TPM library alone
// dotnet run -c Release --project tests/KeyBroker.Benchmarks steady: a warm broker beside the raw bytes that go to its TPM
// dotnet run -c Release --project tests/KeyBroker.Benchmarks keys REQUESTS: what keys do beside signing and encrypting
// dotnet run -c Release --project tests/KeyBroker.Benchmarks decisions: decisions alone
// dotnet run -c Release --project tests/KeyBroker.Benchmarks logs: event logs alone
// dotnet run -c Release --project tests/KeyBroker.Benchmarks audit RECORDS: the audit log alone
// dotnet run -c Release --project tests/KeyBroker.Benchmarks results: signed results beside bare signatures
using System.Globalization;
using KeyBroker.Benchmarks;

if (args is [EmptyApplication.Mode, var url])
{
    await EmptyApplication.ServeAsync(url);
    return;
}

if (args is ["tpm"])
{
    await TpmCommandRates.PrintAsync();
    return;
}

if (args is ["steady"])
{
    await SteadyRates.PrintAsync();
    return;
}

if (args is ["keys", var each])
{
    await using var one = await BrokerRates.StartAsync();
    await one.ApproveAsync();
    await one.Client.AttestAsync(BrokerRates.Pcrs, CancellationToken.None);
    await new KeyRates(one.Client, one.Load, one.ProcessId, int.Parse(each, CultureInfo.InvariantCulture)).PrintAsync();
    return;
}

if (args is ["decisions"])
{
    DecisionRates.Print();
    return;
}

if (args is ["audit", var records])
{
    var folder = Directory.CreateTempSubdirectory("kb-audit-rates-");
    await new AuditRates(folder.FullName, int.Parse(records, CultureInfo.InvariantCulture)).PrintAsync();
    folder.Delete(recursive: true);
    return;
}

if (args is ["results"])
{
    ResultRates.Print();
    return;
}

if (args is ["logs"])
{
    LogRates.Print();
    return;
}

var requests = args.Length == 0 ? 400 : int.Parse(args[0], CultureInfo.InvariantCulture);
var many = args.Length < 2 ? 2_000 : int.Parse(args[1], CultureInfo.InvariantCulture);
Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {requests} requests a rate over HTTP");

var verify = Print("P-256 verifications (ready key, one core)", LocalRates.Verify());
DecisionRates.Print();
var raw = Print("TPM2_Sign (swtpm, P-256)", await LocalRates.TpmSignAsync());
Print("start of an empty application, ms", await EmptyApplication.StartAsync(5));
Print("start of keybrokerd with an embedded TPM, ms", await Footprint.StartAsync(5));

await using var broker = await BrokerRates.StartAsync();
await broker.ApproveAsync();
Print("memory before the first attestation, MB", Footprint.MemoryOf(broker.ProcessId));
var attest = Print("attestations over HTTP", await broker.AttestAsync(requests));
var sign = Print("signatures over HTTP (tpm key, DPoP)", await broker.SignAsync(requests));

Print("TPM2_Sign / verification", raw / verify, "F2");
Print("attestation / verification", attest / verify, "F4");
Print("signature over HTTP / TPM2_Sign", sign / raw, "F2");

var (nothing, cost) = await Footprint.CostAsync(
    broker.ProcessId, requests, () => OperationRates.NothingAsync(broker.Load, requests));
Print("reads of a key over HTTP", nothing);
Print("processor time of the broker for each, us", cost);
await new OperationRates(broker.Client, broker.Load, broker.ProcessId, requests, nothing).PrintAsync();
await new KeyRates(broker.Client, broker.Load, broker.ProcessId, requests).PrintAsync();
await new Crowd(broker.Client).PrintAsync();
for (var done = 0; done < many; done += 1_000)
{
    await broker.AttestAsync(800);
}

Print($"memory after {many} attestations, MB", Footprint.MemoryOf(broker.ProcessId));

static double Print(string what, double value, string format = "F0")
{
    Console.WriteLine($"{what,-45} {value.ToString(format, CultureInfo.InvariantCulture),10}");
    return value;
}
