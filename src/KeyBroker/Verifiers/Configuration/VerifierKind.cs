namespace KeyBroker.Verifiers;

/// <summary>Who brings the result: the attester, or the broker, which asks for it.</summary>
internal enum VerifierKind
{
    Passport = 1,
    Background = 2,
}
