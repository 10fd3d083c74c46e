using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Enrollments;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KeyBroker.Tests.Enrollments;

/// <summary>A broker at the time of the endorsement vectors that trusts their maker; writes them first where that is asked for.</summary>
public sealed class VectorBroker : IAsyncLifetime
{
    private readonly DirectoryInfo _roots = Directory.CreateTempSubdirectory("kb-roots-");
    private RunningBroker? _broker;

    public VectorFolder Folder { get; } = new("endorsement");

    public RunningBroker Broker => _broker!;

    public async ValueTask InitializeAsync()
    {
        if (VectorFolder.IsToBeWritten)
        {
            WriteAll();
        }

        var control = Folder.Read("control_unchanged");
        await File.WriteAllTextAsync(
            Path.Combine(_roots.FullName, "root.pem"), PemEncoding.WriteString("CERTIFICATE", Base64Url.Decode((string)control["root"]!)));
        var clock = new SteppedClock();
        clock.Step(DateTimeOffset.Parse((string)control["now"]!, CultureInfo.InvariantCulture) - clock.GetUtcNow());
        _broker = await RunningBroker.StartAsync(clock, $"--KeyBroker:EndorsementRoots={_roots.FullName}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _roots.Delete(recursive: true);
    }

    public void Deny(string list) =>
        Broker.Application.Services.GetRequiredService<TrustedEndorsements>().Adopt(EndorsementDenyList.Parse(list));

    private void WriteAll()
    {
        Folder.Clear();
        using var good = new EndorsementCase();
        foreach (var attack in EndorsementAttacks.All)
        {
            Folder.Write(attack.Name, new JsonObject
            {
                ["covers"] = attack.Covers,
                ["expect"] = attack.IsGood ? [] : new JsonObject { ["code"] = "enrollment-denied", ["reason"] = "ek-certificate" },
                ["now"] = TpmMaker.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["root"] = Base64Url.Encode(good.Maker.Root.Encoded.Span),
                ["denyList"] = attack.DenyList(good),
                ["request"] = attack.Mutate(good),
                ["control"] = good.With(good.Certificate, good.Maker.Intermediate),
            });
        }
    }
}
