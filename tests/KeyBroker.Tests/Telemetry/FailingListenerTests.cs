using System.Diagnostics.Metrics;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Threat G08: whatever listens to the figures and fails there, when all is made and recorded, gives away nothing of it; and effect and record agree.</summary>
[Collection(nameof(Alone))]
public sealed class FailingListenerTests
{
    [Fact]
    public async Task A_figure_that_cannot_be_counted_gives_away_nothing()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/kept","type":"ec-p256"}""")).Status);
        Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/web%2Fs", """{"value":"AAAA"}""")).Status);
        using (Failing())
        {
            foreach (var answer in new[]
            {
                await machine.CallAsync("POST", "/v1/keys", """{"name":"web/new","type":"ec-p256"}"""),
                await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", """{"alg":"ES256","message":"AA"}"""),
                await machine.CallAsync("POST", "/v1/secrets/web%2Fs/release", """{"to":"enc"}"""),
                await machine.AttestAsync(),
            })
            {
                Assert.True(answer.Status >= 500, answer.Text);
                Assert.DoesNotContain("eyJ", answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("Location", answer.Headers, StringComparison.OrdinalIgnoreCase);
                Assert.Equal(
                    ["code", "requestId", "status", "title", "type"], answer.Json.AsObject().Select(member => member.Key).Where(name => name != "retryable").Order(StringComparer.Ordinal));
            }
        }

        // What had happened by then had been recorded with it.
        var made = (await machine.CallAsync("GET", "/v1/keys/web%2Fnew")).Status == 200;
        var recorded = new BrokerStore(broker).Count("audit WHERE record LIKE '%\"op\":\"key.create\",\"outcome\":\"done\"%keys/web/new%'");
        Assert.Equal(made ? 1 : 0, recorded);
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fkept/sign", """{"alg":"ES256","message":"AA"}""")).Status);
    }

    private static MeterListener Failing()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "keybroker.operations")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("eyJ: not to be repeated"));
        listener.Start();
        return listener;
    }
}
