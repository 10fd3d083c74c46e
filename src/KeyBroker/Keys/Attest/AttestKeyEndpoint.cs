using System.Globalization;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Keys;

/// <summary>GET /v1/keys/{name}/attestation: evidence of where a version was made and where it may go.</summary>
internal sealed class AttestKeyEndpoint(AccessGate gate, KeyAnswers answers) : KeyEndpoint(gate, answers)
{
    private const int LongestNonce = 64;

    protected override string Verb => Attestation.Policies.Verb.Read;

    public override void Configure()
    {
        Get("/v1/keys/{name}/attestation");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Admission admission, RequestBody body)
    {
        var query = HttpContext.Request.Query;
        if (query.Keys.FirstOrDefault(name => name is not ("version" or "nonce")) is { } unknown)
        {
            throw DeniedException.Malformed("an unknown parameter", unknown);
        }

        return new AttestKey(admission.Meeting(Use.Plain), Number(One(query, "version")), Nonce(One(query, "nonce")));
    }

    private static string? One(IQueryCollection query, string name) => query[name] switch
    {
        [] => null,
        [{ } value] => value,
        _ => throw DeniedException.Malformed("a parameter may occur once", name),
    };

    private static int? Number(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw DeniedException.Malformed("the number of a version is expected", "version");
    }

    private static byte[]? Nonce(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var nonce = Base64Url.Decode(text, "nonce");
        return nonce.Length is > 0 and <= LongestNonce
            ? nonce
            : throw DeniedException.Malformed($"1 to {LongestNonce} bytes are expected", "nonce");
    }
}
