using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>The table of specs/tokens.md, 1.2: a claim only where a check said it.</summary>
public sealed class TrustVectorTests
{
    private static readonly int[] s_bootCode = [0, 2, 4, 9];

    [Fact]
    public void Hardware_is_claimed_of_certified_TPMs_alone()
    {
        Assert.Equal(2, Vectors.Of(isGenuine: true, Vectors.Require(7)).Hardware);
        Assert.Equal(0, Vectors.Of(isGenuine: false, Vectors.Require(7)).Hardware);
    }

    [Theory]
    [InlineData(3, 0, 2, 4, 9)]
    [InlineData(3, 0, 2, 4, 11)]
    [InlineData(0, 0, 2, 4)]
    [InlineData(0, 2, 4, 9)]
    [InlineData(0, 0, 4, 9)]
    [InlineData(0, 0, 2, 9)]
    [InlineData(0, 7)]
    public void Executables_are_approved_where_all_that_booted_is_known(int expected, params int[] registers) =>
        Assert.Equal(expected, Vectors.Of(isGenuine: false, Vectors.Require(registers)).Executables);

    [Theory]
    [InlineData(2, 1, 7)]
    [InlineData(0, 7)]
    [InlineData(0, 1)]
    public void Configuration_is_approved_where_settings_and_Secure_Boot_are_known(int expected, params int[] registers) =>
        Assert.Equal(expected, Vectors.Of(isGenuine: false, Vectors.Require(registers)).Configuration);

    [Fact]
    public void Policies_that_hold_add_up_and_those_that_do_not_or_only_watch_count_for_nothing()
    {
        Assert.Equal(3, Vectors.Of(false, Vectors.Require(0, 2), Vectors.Require(4, 9)).Executables);
        Assert.Equal(0, Vectors.Of(false, Vectors.Require(0, 2), Vectors.Require(4, 9) + "\n  mode: observe").Executables);
        Assert.Equal(0, Vectors.Of(false, Vectors.Require(0, 2), Vectors.RequireOther(4) + "\n  ").Executables);
    }

    [Fact]
    public void Unknown_code_is_said_only_where_nothing_holds_and_a_register_of_code_differs()
    {
        Assert.Equal(33, Vectors.Of(false, Vectors.RequireOther(4)).Executables);
        Assert.Equal(0, Vectors.Of(false, Vectors.RequireOther(7)).Executables);
        Assert.Equal(0, Vectors.Of(false, Vectors.RequireOther(4), Vectors.Require(7)).Executables);
        Assert.Equal(0, Vectors.Of(false).Executables);
    }

    [Fact]
    public void Every_member_of_AR4SI_is_there_and_what_was_not_checked_is_no_claim()
    {
        var json = Vectors.Of(true, Vectors.Require(s_bootCode)).ToJson();

        Assert.Equal(EarRules.Members.Order(StringComparer.Ordinal), json.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.All(["file-system", "runtime-opaque", "storage-opaque", "sourced-data"], name => Assert.Equal(0, (int)json[name]!));
        Assert.Equal(2, (int)json["instance-identity"]!);
    }
}
