using KeyBroker.Attestation;
using KeyBroker.Gate;

namespace KeyBroker.Idempotency;

/// <summary>The <c>Idempotency-Key</c> of a request: it counts for this machine and this route, and for this very body.</summary>
internal sealed record IdempotencyKey(string Machine, string Route, string Value, byte[] BodyDigest)
{
    private const string Header = "Idempotency-Key";
    private const int LongestValue = 255;

    /// <summary>Null where the request carries none.</summary>
    /// <exception cref="DeniedException">request-malformed.</exception>
    public static IdempotencyKey? Of(HttpRequest request, Admission admission) =>
        Of(request, admission.Machine, RouteOf(admission), admission.RequestDigest);

    /// <param name="request">What may carry one.</param>
    /// <param name="caller">A machine, or a peer on the socket.</param>
    /// <param name="route">What it is asked for.</param>
    /// <param name="body">SHA-256 of the body as sent.</param>
    /// <inheritdoc cref="Of(HttpRequest, Admission)"/>
    public static IdempotencyKey? Of(HttpRequest request, string caller, string route, byte[] body) => request.Headers[Header] switch
    {
        [] => null,
        [{ Length: > 0 and <= LongestValue } value] when value.All(character => character is > ' ' and < (char)127) =>
            new(caller, route, value, body),
        _ => throw DeniedException.Malformed($"one {Header} of 1 to {LongestValue} visible characters is expected"),
    };

    /// <summary>The name of a new key is in the body, so it is no part of the route.</summary>
    private static string RouteOf(Admission admission) => admission.Verb == Attestation.Policies.Verb.Create
        ? $"{admission.ResourceKind}.{admission.Verb}"
        : $"{admission.ResourceKind}.{admission.Verb} {admission.ResourceName}";
}
