using System.Diagnostics.Metrics;
using KeyBroker.Telemetry;
using Polly.CircuitBreaker;

namespace KeyBroker.Verifiers;

/// <summary>What is so now with each verifier, read when somebody looks.</summary>
internal sealed class VerifierGauges
{
    public VerifierGauges(IMeterFactory meters, RemoteVerifiers verifiers, TimeProvider time)
    {
        var meter = meters.Create(BrokerMeter.Name);
        _ = meter.CreateObservableGauge(
            "keybroker.verifier.circuit", () => Circuits(verifiers), description: "0 while requests go to a verifier, 1 while some are tried, 2 while none do.");
        _ = meter.CreateObservableGauge(
            "keybroker.verifier.jwks.age", () => Ages(verifiers), "s", "How long ago the keys of a verifier were read.");
        _ = meter.CreateObservableGauge(
            "keybroker.verifier.certificate.left", () => Left(verifiers, time), "s", "How long the certificate that is shown to a verifier is still valid.");
    }

    private static IEnumerable<Measurement<double>> Left(RemoteVerifiers verifiers, TimeProvider time) =>
        from verifier in verifiers.All
        where verifier.Certificate is not null
        select new Measurement<double>(
            (verifier.Certificate!.NotAfter - time.GetUtcNow()).TotalSeconds, new KeyValuePair<string, object?>("verifier", verifier.Name));

    private static IEnumerable<Measurement<int>> Circuits(RemoteVerifiers verifiers) =>
        from verifier in verifiers.All
        let circuit = verifier.Circuit
        where circuit is not null
        select new Measurement<int>(Number(circuit.Value), new KeyValuePair<string, object?>("verifier", verifier.Name));

    private static IEnumerable<Measurement<double>> Ages(RemoteVerifiers verifiers) =>
        from verifier in verifiers.All
        let age = verifier.Jwks.Age
        where age is not null
        select new Measurement<double>(age.Value.TotalSeconds, new KeyValuePair<string, object?>("verifier", verifier.Name));

    private static int Number(CircuitState state) => state switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };
}
