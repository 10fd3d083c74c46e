namespace KeyBroker.Fuzz.Decoding;

/// <summary>A decoder broke a promise on this input.</summary>
internal sealed class FuzzFailure(string target, string promise, byte[] input, Exception? inner = null)
    : Exception($"{target}: {promise}; input {Convert.ToBase64String(input)}", inner)
{
    public byte[] Input { get; } = input;
}
