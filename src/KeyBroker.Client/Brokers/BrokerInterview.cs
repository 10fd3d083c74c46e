using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;

namespace KeyBroker.Client;

/// <summary>Asks a broker what it is, with a nonce of our own each time.</summary>
internal sealed class BrokerInterview(BrokerTransport transport, TimeProvider clock)
{
    private const string Path = "/v1/broker/attestation";
    private const int NonceBytes = 32;

    /// <summary>BRA-30. Asks until it is known whether this is the broker that is required.</summary>
    /// <exception cref="BrokerRefusedException">It is not.</exception>
    public async Task<AskedBroker> RequireAsync(BrokerRequirement requirement, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(requirement.NeedsEndorsement, cancellationToken);
        var reasons = requirement.Check(asked.Broker, clock.GetUtcNow());
        return reasons.Count == 0 ? asked : throw new BrokerRefusedException(reasons);
    }

    /// <summary>Asks once, or twice where it is to be known whether its TPM has the endorsement key as well.</summary>
    /// <exception cref="BrokerRefusedException">What it says proves nothing.</exception>
    public async Task<AskedBroker> AskAsync(bool withEndorsement, CancellationToken cancellationToken)
    {
        try
        {
            var asked = await AskOnceAsync(null, cancellationToken);
            return withEndorsement
                ? await AskOnceAsync(BrokerChallenge.For(asked.Broker.Evidence), cancellationToken)
                : asked;
        }
        catch (DeniedException refused)
        {
            throw new BrokerRefusedException(RefusedBroker.ReasonsOf(refused));
        }
        catch (BrokerException answer) when (answer.Problem.Status is not ((int)HttpStatusCode.ServiceUnavailable or (int)HttpStatusCode.TooManyRequests))
        {
            throw new BrokerRefusedException(
                [new Reason(BrokerReasons.Malformed, $"it does not say what it is: {answer.Problem.Code}, {answer.Problem.Title}")]);
        }
    }

    private async Task<AskedBroker> AskOnceAsync(BrokerChallenge? challenge, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var question = new JsonObject { ["nonce"] = Base64Url.EncodeToString(nonce) };
        if (challenge is not null)
        {
            question["credential"] = new JsonObject
            {
                ["blob"] = Base64Url.EncodeToString(challenge.Credential.Blob),
                ["secret"] = Base64Url.EncodeToString(challenge.Credential.Secret),
            };
        }

        var answer = await transport.SendAsync(HttpMethod.Post, Path, question, cancellationToken);
        return new AskedBroker(VerifiedBroker.Check(BrokerEvidence.Parse(answer.Body), nonce, challenge), nonce);
    }
}
