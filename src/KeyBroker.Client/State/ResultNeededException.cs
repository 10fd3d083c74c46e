namespace KeyBroker.Client;

/// <summary>The token ended that a remote verifier's result was exchanged for: nobody here can make another.</summary>
public sealed class ResultNeededException(string folder)
    : Exception($"'{folder}' holds no token and no runtime data for a result: run 'keybroker attest --runtime-data FILE', then 'keybroker attest --result FILE'");
