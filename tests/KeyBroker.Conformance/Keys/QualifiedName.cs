using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Keys;

/// <summary>The qualified name of an object (Part 1, 16): the names of its ancestors, each hashed with the next.</summary>
internal static class QualifiedName
{
    public static TpmName Of(Case one)
    {
        var qualified = Convert.FromHexString(one.TextInput("root") ?? "");
        TpmAlgorithm? algorithm = null;
        foreach (var name in one.RequiredInput("chain").EnumerateArray().Select(name => Convert.FromHexString(name.GetString()!)))
        {
            var own = AlgorithmOf(name);
            if (algorithm is { } parent && own != parent)
            {
                throw new FormatException("the names are of two algorithms");
            }

            algorithm = own;
            byte[] both = [.. qualified, .. name];
            qualified = [.. name.AsSpan(0, 2), .. HashAlgorithms.Hash(own, both)];
        }

        return new TpmName(qualified);
    }

    private static TpmAlgorithm AlgorithmOf(byte[] name)
    {
        var algorithm = name.Length < 2 ? TpmAlgorithm.Null : (TpmAlgorithm)((name[0] * 256) + name[1]);
        return HashAlgorithms.IsKnown(algorithm) && name.Length == HashAlgorithms.Size(algorithm) + 2
            ? algorithm
            : throw new FormatException("not the name of an object");
    }
}
