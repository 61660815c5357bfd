"""The slides' scripts run on our layers, unchanged but for the import."""

import numpy as np
import pytest

from chainrule.core.layers import AddLayer, MulLayer


def test_two_apples(capsys):
    apple = 100
    apple_num = 2
    tax = 1.1

    # 계층들
    mul_apple_layer = MulLayer()
    mul_tax_layer = MulLayer()

    # 순전파
    apple_price = mul_apple_layer.forward(apple, apple_num)
    price = mul_tax_layer.forward(apple_price, tax)

    print(price)  # 220
    assert float(capsys.readouterr().out) == pytest.approx(220)


def test_apples_and_oranges(capsys):
    apple = 100
    apple_num = 2
    orange = 150
    orange_num = 3
    tax = 1.1

    # 계층들
    mul_apple_layer = MulLayer()
    mul_orange_layer = MulLayer()
    add_apple_orange_layer = AddLayer()
    mul_tax_layer = MulLayer()

    # 순전파
    apple_price = mul_apple_layer.forward(apple, apple_num)  # (1)
    orange_price = mul_orange_layer.forward(orange, orange_num)  # (2)
    all_price = add_apple_orange_layer.forward(apple_price, orange_price)  # (3)
    price = mul_tax_layer.forward(all_price, tax)  # (4)

    # 역전파
    dprice = 1
    dall_price, dtax = mul_tax_layer.backward(dprice)  # (4)
    dapple_price, dorange_price = add_apple_orange_layer.backward(dall_price)  # (3)
    dorange, dorange_num = mul_orange_layer.backward(dorange_price)  # (2)
    dapple, dapple_num = mul_apple_layer.backward(dapple_price)  # (1)

    print(price)  # 715
    print(dapple_num, dapple, dorange, dorange_num, dtax)  # 110 2.2 3.3 165 650
    printed = capsys.readouterr().out.split()
    assert [float(number) for number in printed] == pytest.approx([715, 110, 2.2, 3.3, 165, 650])


def test_a_layer_takes_arrays_and_leaves_them_as_they_are():
    x, y, dout = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])
    layer = MulLayer()
    assert layer.forward(x, y).tolist() == [3.0, 8.0]
    dx, dy = layer.backward(dout)
    assert dx.tolist() == [15.0, 24.0]
    assert dy.tolist() == [5.0, 12.0]
    assert x.tolist() == [1.0, 2.0]
    assert dout.tolist() == [5.0, 6.0]


def test_a_layer_keeps_what_went_forward_last():
    layer = MulLayer()
    layer.forward(2, 3)
    layer.forward(4, 5)
    assert layer.backward(1) == (5, 4)
