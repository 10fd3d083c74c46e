using KeyBroker.Fuzz.Decoding;

namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>Runs of one decoder over changed inputs, keeping those that lead somewhere new.</summary>
internal sealed class Campaign
{
    private const int MostKept = 2_000;

    private readonly FuzzTarget _target;
    private readonly Coverage _coverage = new();
    private readonly Dice _dice;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _kept;

    public Campaign(FuzzTarget target, ulong seed)
    {
        _target = target;
        _dice = new Dice(seed);
        _mutator = new Mutator(_dice);
        _kept = [.. FuzzCorpus.Of(target.Name)];
        _kept.ForEach(input => Try(input));
    }

    public long Runs { get; private set; }

    public long Taken { get; private set; }

    public int Kept => _kept.Count;

    public int Branches => _coverage.Branches;

    /// <exception cref="FuzzFailure">The decoder broke a promise.</exception>
    public void Run(long times)
    {
        for (var left = times; left > 0; left--)
        {
            var input = _mutator.Change(_dice.Of(_kept), _kept);
            if (Try(input))
            {
                Keep(input);
            }
        }
    }

    /// <summary>Whether the input is worth to go on from: it went a new way or, where ways are not seen, was taken.</summary>
    private bool Try(byte[] input)
    {
        Runs++;
        var isTaken = _target.Try(input);
        Taken += isTaken ? 1 : 0;
        return _coverage.TakeNew() || (isTaken && !_coverage.IsKnown);
    }

    private void Keep(byte[] input)
    {
        if (_kept.Count < MostKept)
        {
            _kept.Add(input);
        }
        else
        {
            _kept[_dice.Below(_kept.Count)] = input;
        }
    }
}
