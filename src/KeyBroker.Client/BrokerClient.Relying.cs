using System.Text.Json.Nodes;

namespace KeyBroker.Client;

public sealed partial class BrokerClient
{
    /// <summary>Evidence over the nonce of a relying party, for it to have appraised: nothing is sent, and no token comes of it.</summary>
    /// <param name="nonce">Of 8 to 64 bytes, base64url.</param>
    public JsonObject EvidenceFor(string nonce, AttestationChoices choices)
    {
        var identity = Identity;
        var selection = PcrSelectionText.Parse(choices.Pcrs ?? _state.Token?.Pcrs ?? PcrSelectionText.Default);
        var log = choices.EventLog ?? EventLogFile.Of(_state.Token?.EventLog);
        using var encryptionKey = _encryptionKeys.For(identity, choices.EncryptionKey);
        var proofKey = _proofKeys.For(identity, choices.ProofKey);
        return Evidence(new EvidenceMaker(proofKey, encryptionKey).Quote((_tpm, identity), selection, nonce, choices.Request), log);
    }

    private JsonObject Evidence(JsonObject quoted, EventLogFile log)
    {
        if (log.Read(_tpm) is { } bytes)
        {
            quoted["eventLog"] = System.Buffers.Text.Base64Url.EncodeToString(bytes);
        }

        return quoted;
    }
}
