using System.Text.Json.Nodes;
using KeyBroker.Hosting;
using KeyBroker.Verifiers;
using Polly.CircuitBreaker;

namespace KeyBroker.Administration;

/// <summary>VER-54. A remote verifier as administrators see it: where it is and how it stands, and no secret of ours towards it.</summary>
internal static class VerifierJson
{
    public static JsonObject Of(RemoteVerifier verifier)
    {
        var json = new JsonObject
        {
            ["name"] = verifier.Name,
            ["kind"] = verifier.Settings.Kind == VerifierKind.Passport ? "passport" : "background",
            ["profile"] = verifier.Settings.Profile.Name,
            ["required"] = verifier.Settings.IsRequired,
            ["usable"] = verifier.IsUsable,
            ["keys"] = Keys(verifier),
        };
        if (verifier.Circuit is { } circuit)
        {
            json["circuit"] = circuit switch { CircuitState.Closed => "closed", CircuitState.HalfOpen => "half-open", _ => "open" };
        }

        if (verifier.Certificate is { } certificate)
        {
            json["certificate"] = new JsonObject { ["subject"] = certificate.Subject, ["notAfter"] = Timestamp.Of(certificate.NotAfter) };
        }

        return json;
    }

    private static JsonObject Keys(RemoteVerifier verifier)
    {
        var (settings, keys) = (verifier.Settings.Jwks, verifier.Jwks);
        var json = new JsonObject
        {
            ["from"] = settings.Url?.AbsoluteUri ?? settings.File,
            ["count"] = keys.Count,
            ["age"] = keys.Age is { } age ? (long)age.TotalSeconds : null,
        };
        if (keys.Failure is { } failure)
        {
            json["failure"] = new JsonObject { ["at"] = Timestamp.Of(failure.At), ["message"] = failure.Detail };
        }

        return json;
    }
}
