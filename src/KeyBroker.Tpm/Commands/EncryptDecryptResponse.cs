namespace KeyBroker.Tpm.Commands;

/// <summary>Transformed data, and the initialization vector for the piece after it.</summary>
public sealed record EncryptDecryptResponse(byte[] Data, byte[] NextIv)
{
    public override string ToString() => nameof(EncryptDecryptResponse);
}
