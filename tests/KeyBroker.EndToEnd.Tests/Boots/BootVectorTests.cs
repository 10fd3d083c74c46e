using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Client;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests.Boots;

/// <summary>Boots as data: each is measured into a real TPM, which then quotes it to a running broker together with the log.</summary>
public sealed class BootVectorTests(BootingMachine booting) : IClassFixture<BootingMachine>
{
    private static readonly VectorFolder s_folder = new("boot");

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        await booting.RequireAsync((string)file["require"]!);
        var denied = await AttestAsync(file, (string)file["pcrs"]!);
        Assert.Equal((string?)file["expect"]!["code"], denied?.Code);
        Assert.Equal((string?)file["expect"]!["reason"], denied?.Reasons[0].Code);

        Assert.Null(await AttestAsync(file["control"]!, "sha256:0-15"));
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            s_folder.Clear();
            foreach (var attack in BootAttacks.All)
            {
                s_folder.Write(attack.Name, Describe(attack));
            }
        }

        Assert.Equal(BootAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), s_folder.Names);
    }

    /// <summary>Boots, measures, quotes; null where a token comes of it.</summary>
    private async Task<Problem?> AttestAsync(JsonNode boot, string pcrs)
    {
        await booting.BootAsync(boot["measured"]!.AsArray().Select(each => ((int)each![0]!, Convert.FromHexString((string)each[1]!))));
        try
        {
            await booting.Client.AttestAsync(new AttestationChoices { Pcrs = pcrs, EventLog = LogOf(boot) }, Cancellation);
            return null;
        }
        catch (BrokerException denied)
        {
            return denied.Problem;
        }
    }

    private EventLogFile LogOf(JsonNode boot)
    {
        if ((string?)boot["eventLog"] is not { } text)
        {
            return EventLogFile.None;
        }

        var appended = boot["appended"];
        var tail = appended is null ? [] : Enumerable.Repeat(Base64Url.Decode((string)appended["bytes"]!), (int)appended["times"]!).SelectMany(bytes => bytes);
        File.WriteAllBytes(booting.LogFile, [.. Base64Url.Decode(text), .. tail]);
        return EventLogFile.At(booting.LogFile);
    }

    private static JsonObject Describe(BootAttack attack)
    {
        var vector = new JsonObject
        {
            ["covers"] = attack.Covers,
            ["expect"] = attack.Reason is null ? [] : new JsonObject { ["code"] = "attestation-denied", ["reason"] = attack.Reason },
            ["require"] = attack.Require,
            ["pcrs"] = attack.Pcrs,
            ["measured"] = Measured(attack.Boot),
            ["eventLog"] = attack.Log is { } log ? Base64Url.Encode(log) : null,
        };
        if (attack.Appended.Times > 0)
        {
            vector["appended"] = new JsonObject { ["bytes"] = Base64Url.Encode(attack.Appended.Bytes), ["times"] = attack.Appended.Times };
        }

        vector["control"] = new JsonObject { ["measured"] = Measured(BootLog.Honest()), ["eventLog"] = Base64Url.Encode(BootLog.Honest().ToBytes()) };
        return vector;
    }

    private static JsonArray Measured(BootLog boot) =>
    [
        .. boot.Events.Where(entry => entry.Extends).Select(entry =>
            new JsonArray((int)entry.Pcr, Convert.ToHexStringLower(SHA256.HashData(entry.Measured ?? entry.Data)))),
    ];
}
