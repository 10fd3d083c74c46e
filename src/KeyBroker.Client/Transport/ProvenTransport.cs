using System.Net.Http.Headers;

namespace KeyBroker.Client;

/// <summary>Sends calls with a token and the proof that it is ours (RFC 9449).</summary>
internal sealed class ProvenTransport(BrokerTransport transport, ProofKeys proofKeys)
{
    public async Task<BrokerAnswer> SendAsync(
        BrokerCall call, byte[]? body, AttestedToken token, CancellationToken cancellationToken)
    {
        var request = transport.Request(call.Method, call.Path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token.Token);
        request.Headers.Add("DPoP", proofKeys.Current().Prove(call.Method, request.RequestUri!, token.Token));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/jwt"));
        call.AddConditions(request);
        if (call.ReceiptOnly)
        {
            request.Headers.Add("Prefer", "receipt");
        }

        return await transport.SendAsync(request, cancellationToken);
    }
}
