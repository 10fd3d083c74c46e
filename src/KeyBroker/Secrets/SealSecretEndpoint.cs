using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Secrets;

/// <summary>PUT /v1/secrets/{name}: the next version of a secret, given or generated here.</summary>
internal sealed class SealSecretEndpoint(AccessGate gate, SecretAnswers answers) : SecretEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Seal;

    public override void Configure()
    {
        Put("/v1/secrets/{name}");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override SecretMessage Read(Admission admission, RequestBody body)
    {
        var members = body.Object("value", "generate", "labels");
        var value = members.OptionalBytes("value");
        if (value is null == !members.Has("generate"))
        {
            throw DeniedException.Malformed("either value or generate", "value");
        }

        var labels = members.Optional("labels") is { } given ? Labels.Parse(given) : null;
        return new SealSecret(admission.Meeting(Use.Plain), value ?? Generate(members), labels, EntityTag.Demand(HttpContext.Request))
        {
            IsNew = EntityTag.DemandsNew(HttpContext.Request),
        };
    }

    protected override Task AnswerAsync(SecretMessage message, CancellationToken cancellation) =>
        Answers.SendOnceAsync(HttpContext, StatusCodes.Status201Created, message, cancellation);

    private static byte[] Generate(StrictObject members)
    {
        var wanted = StrictJson.Object(members.Required("generate"), "bytes").OptionalInt32("bytes");
        return wanted is > 0 and <= SecretVault.LongestValue
            ? RandomNumberGenerator.GetBytes(wanted.Value)
            : throw DeniedException.Malformed("a number of bytes from 1 to 65536", "generate.bytes");
    }
}
