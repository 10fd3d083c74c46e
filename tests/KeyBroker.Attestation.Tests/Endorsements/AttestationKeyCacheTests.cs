using KeyBroker.Attestation.Endorsements;
using Xunit;

namespace KeyBroker.Attestation.Tests.Endorsements;

public sealed class AttestationKeyCacheTests
{
    [Fact]
    public void Tells_keys_apart_by_their_bytes()
    {
        var cache = new AttestationKeyCache();
        var (one, two) = (TestKeys.Get("EcDsa-Sha256").Public, TestKeys.Get("RsaSsa-Sha256").Public);

        Assert.Same(cache.Get(one.ToSizedBytes()), cache.Get(one.ToSizedBytes()));
        Assert.Equal(two.Name, cache.Get(two.ToSizedBytes()).Name);
    }

    [Fact]
    public void Checks_what_it_takes_in() =>
        Assert.Throws<DeniedException>(() => new AttestationKeyCache().Get(
            (TestKeys.Get("EcDsa-Sha256").Public with { Attributes = default }).ToSizedBytes()));
}
