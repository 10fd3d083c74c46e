using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>The attacks as data for other implementations: each file holds the evidence, the key and the expected answer.</summary>
public sealed class QuoteVectorTests
{
    private const string Kind = "EcDsa-Sha256";
    private static readonly VectorFolder s_folder = new("quote");

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        var now = DateTimeOffset.Parse((string)file["now"]!, CultureInfo.InvariantCulture);
        var check = new Verifier(now).CheckAsync(
            Encoding.UTF8.GetBytes((string)file["request"]!),
            TpmPublic.ParseSized(Base64Url.Decode((string)file["akPublic"]!)));
        var denied = await Record.ExceptionAsync(() => check) as DeniedException;

        Assert.Equal((string?)file["expect"]!["code"], denied?.Code);
        Assert.Equal((string?)file["expect"]!["reason"], denied?.Reasons[0].Code);
        Assert.Equal(denied is null, check.IsCompletedSuccessfully);
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            WriteAll();
        }

        var attacks = QuoteAttacks.All.Select(attack => attack.Name).Concat(QuoteAttacks.Controls.Select(Named));
        Assert.Equal(attacks.Order(StringComparer.Ordinal), s_folder.Names);
    }

    private static string Named(QuoteAttack control) => "control_" + control.Name;

    private static void WriteAll()
    {
        s_folder.Clear();
        foreach (var attack in QuoteAttacks.All)
        {
            Write(attack.Name, attack);
        }

        foreach (var control in QuoteAttacks.Controls)
        {
            Write(Named(control), control);
        }
    }

    private static void Write(string name, QuoteAttack attack)
    {
        var verifier = new Verifier();
        var builder = attack.Mutate(verifier.Good(Kind));
        var vector = new JsonObject
        {
            ["expect"] = attack.Code.Length == 0
                ? new JsonObject()
                : new JsonObject { ["code"] = attack.Code, ["reason"] = attack.Reason },
            ["now"] = verifier.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["nonceKey"] = Base64Url.Encode(Verifier.NonceKey),
            ["akPublic"] = Base64Url.Encode(builder.Key.Public.ToSizedBytes()),
            ["request"] = Encoding.UTF8.GetString(builder.Build()),
        };
        s_folder.Write(name, vector);
    }
}
